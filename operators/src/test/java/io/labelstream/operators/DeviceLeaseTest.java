package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceLeaseTest {

    // No other test leases these.
    private static final List<Integer> DEVICES = List.of(40, 41, 42);

    private final List<DeviceLease> leases = new ArrayList<>();

    @AfterEach
    void giveBack() {
        leases.forEach(DeviceLease::close);
    }

    @Test
    void sessionsSpreadOverTheDevices() {
        assertThat(List.of(take(), take(), take(), take())).containsExactly(40, 41, 42, 40);
    }

    @Test
    void deviceThatWasGivenBackIsTakenNext() {
        take();
        take();
        take();
        leases.get(1).close();
        // A second time must not make it look even emptier.
        leases.get(1).close();

        assertThat(List.of(take(), take())).containsExactly(41, 40);
    }

    private int take() {
        DeviceLease lease = DeviceLease.take(DEVICES);
        leases.add(lease);
        return lease.index();
    }
}
