package io.labelstream.streaming.commit;

/**
 * That a run of the job has taken a transactional id prefix.
 *
 * @param run tells one submission of a job from another; its restarts after failures have the same
 * @param holder as which the broker knows it
 */
record Claim(String run, ProducerIdentity holder) {}
