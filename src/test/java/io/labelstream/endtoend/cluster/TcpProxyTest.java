package io.labelstream.endtoend.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpProxyTest {

    private ServerSocket echo;
    private TcpProxy proxy;
    private Socket client;

    @BeforeEach
    void connect() throws IOException {
        echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread answering = new Thread(this::answer, "echo");
        answering.setDaemon(true);
        answering.start();
        proxy = TcpProxy.start(echo.getLocalPort());
        client = open();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        proxy.close();
        echo.close();
    }

    @Test
    void passesOnAndBack() throws IOException {
        assertThat(echoed(client, 'a')).isEqualTo('a');
    }

    @Test
    void silenceHoldsBackAndHealPassesOnWhatWasHeld() throws IOException {
        proxy.silence();
        client.getOutputStream().write('a');
        client.setSoTimeout(300);
        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);

        proxy.heal();
        client.setSoTimeout(5000);
        assertThat(client.getInputStream().read()).isEqualTo('a');
    }

    @Test
    void silenceOfAnswersLetsQuestionsThrough() throws IOException {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                TcpProxy line = TcpProxy.start(target.getLocalPort());
                Socket asking = new Socket(InetAddress.getLoopbackAddress(), line.port());
                Socket answering = target.accept()) {
            line.silence(TcpProxy.Direction.FROM_TARGET);
            asking.getOutputStream().write('q');
            answering.setSoTimeout(5000);
            assertThat(answering.getInputStream().read()).isEqualTo('q');
            answering.getOutputStream().write('a');
            asking.setSoTimeout(300);
            assertThatThrownBy(() -> asking.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);

            line.heal();
            line.silence(TcpProxy.Direction.TO_TARGET);
            asking.setSoTimeout(5000);
            assertThat(asking.getInputStream().read()).isEqualTo('a');
            asking.getOutputStream().write('q');
            answering.setSoTimeout(300);
            assertThatThrownBy(() -> answering.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void refuseBreaksConnectionsAndTakesNone() throws IOException {
        assertThat(echoed(client, 'a')).isEqualTo('a');
        proxy.refuse();
        assertThat(ends(client)).isTrue();
        try (Socket another = open()) {
            assertThat(ends(another)).isTrue();
        }

        proxy.heal();
        try (Socket another = open()) {
            assertThat(echoed(another, 'b')).isEqualTo('b');
        }
    }

    @Test
    void slowTakesItsTimeEachWay() throws IOException {
        proxy.slow(200, 1_000_000);
        long start = System.nanoTime();
        assertThat(echoed(client, 'a')).isEqualTo('a');
        assertThat(System.nanoTime() - start).isGreaterThan(400_000_000L);
    }

    @Test
    void breaksEachTimeThatSoManyBytesHaveComeThrough() throws IOException {
        proxy.breakEvery(3);
        // In and out again.
        assertThat(echoed(client, 'a')).isEqualTo('a');
        assertThat(echoes(client)).isFalse();
        try (Socket another = open()) {
            assertThat(echoed(another, 'b')).isEqualTo('b');
        }
    }

    @Test
    void halfCloseEndsWhatIsReadOnly() throws IOException {
        assertThat(echoed(client, 'a')).isEqualTo('a');
        proxy.halfClose();
        assertThat(ends(client)).isTrue();
    }

    private Socket open() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static int echoed(Socket socket, char sent) throws IOException {
        socket.getOutputStream().write(sent);
        return socket.getInputStream().read();
    }

    private static boolean echoes(Socket socket) {
        try {
            return echoed(socket, 'x') == 'x' && echoed(socket, 'y') == 'y';
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean ends(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private void answer() {
        while (!echo.isClosed()) {
            try {
                Socket accepted = echo.accept();
                Thread each =
                        new Thread(
                                () -> {
                                    try (accepted) {
                                        accepted.getInputStream()
                                                .transferTo(accepted.getOutputStream());
                                    } catch (IOException e) {
                                        // The line was cut, as the test wants it.
                                    }
                                });
                each.setDaemon(true);
                each.start();
            } catch (IOException e) {
                return;
            }
        }
    }
}
