package io.labelstream.benchmark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.Map;

/** Runs one contender until the process is killed. */
public final class ContenderMain {

    private ContenderMain() {}

    /**
     * Runs.
     *
     * @param args name, file of the workload, file of the settings
     */
    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        Workload workload = json.readValue(new File(args[1]), Workload.class);
        Map<String, String> settings =
                json.readValue(new File(args[2]), new TypeReference<Map<String, String>>() {});
        for (Contender contender : Contenders.ALL) {
            if (contender.name().equals(args[0])) {
                contender.run(workload, settings);
            }
        }
        throw new IllegalArgumentException("No contender is called " + args[0]);
    }
}
