package io.labelstream.streaming.preflight;

import java.util.ArrayList;
import java.util.List;

/** What the checks of a group found, in their order. Used by one thread. */
final class Report {

    private final List<Finding> findings = new ArrayList<>();

    /**
     * Asks one question. A problem ends it, but not those that follow; nor does a fault of the
     * check itself, which says nothing of the job.
     *
     * @return whether it was answered without a problem, so that what depends on it can be asked
     */
    boolean ask(String name, Check check) {
        try {
            Verdict verdict = check.look();
            findings.add(new Finding(name, verdict.status(), verdict.message()));
            return true;
        } catch (PreflightException e) {
            fail(name, e.getMessage());
            return false;
        } catch (RuntimeException e) {
            // Without its message, which may quote a setting that is secret.
            skip(name, "the check itself failed (%s).".formatted(e.getClass().getName()));
            return false;
        }
    }

    /** Says that the job cannot work. */
    void fail(String name, String problem) {
        findings.add(Finding.problem(name, problem));
    }

    /** Says that a question could not be asked. */
    void skip(String name, String reason) {
        findings.add(Finding.skipped(name, reason));
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
