package io.labelstream.serde;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Where the schema registry is.
 *
 * @param urls tried in turn; each may have a path
 * @param username for basic authentication; empty for none
 * @param password for basic authentication
 * @param timeout how long to go on asking a registry that does not answer
 * @param autoRegister whether to register the schema of results, or only to look it up
 * @param subject under which results' schema is registered
 */
public record RegistrySettings(
        List<String> urls,
        String username,
        String password,
        Duration timeout,
        boolean autoRegister,
        String subject)
        implements Serializable {

    public RegistrySettings {
        urls = List.copyOf(urls);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RegistrySettings[" + urls + ", " + subject + "]";
    }
}
