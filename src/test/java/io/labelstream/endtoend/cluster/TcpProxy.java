package io.labelstream.endtoend.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A wire that can be bent: passes on what comes to its port, later, slower, or not at all. Safe for
 * use by several threads.
 */
public final class TcpProxy implements AutoCloseable {

    /** Which way bytes go, whoever opened their connection. */
    public enum Direction {
        TO_TARGET,
        FROM_TARGET
    }

    private static final int CHUNK = 16 * 1024;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private final Set<Direction> silent = EnumSet.noneOf(Direction.class);
    private boolean refusing;
    private int delayMillis;
    private int bytesPerSecond;
    private long bytesUntilCut = Long.MAX_VALUE;
    private long bytesBetweenCuts = Long.MAX_VALUE;

    private TcpProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Passes on to a port of this machine, from a free one. */
    static TcpProxy start(int target) throws IOException {
        TcpProxy proxy =
                new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        daemon("proxy-" + target, proxy::accept);
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Passes on all there is, at once: what was held back as well. */
    public void heal() {
        change(
                () -> {
                    silent.clear();
                    refusing = false;
                    delayMillis = 0;
                    bytesPerSecond = 0;
                    bytesUntilCut = Long.MAX_VALUE;
                });
    }

    /** As a network that is cut: connections stay, but nothing comes through, either way. */
    public void silence() {
        change(() -> silent.addAll(EnumSet.allOf(Direction.class)));
    }

    /** The same, one way only: what is sent the other way still comes through. */
    public void silence(Direction direction) {
        change(() -> silent.add(direction));
    }

    /** As a machine that is down: connections break, and new ones are not taken. */
    public void refuse() {
        change(() -> refusing = true);
        breakConnections();
    }

    /** As a bad line. */
    public void slow(int latencyMillis, int bandwidthBytesPerSecond) {
        change(
                () -> {
                    delayMillis = latencyMillis;
                    bytesPerSecond = bandwidthBytesPerSecond;
                });
    }

    /** Breaks all connections each time that so many bytes have come through. */
    public void breakEvery(long bytes) {
        change(
                () -> {
                    bytesUntilCut = bytes;
                    bytesBetweenCuts = bytes;
                });
    }

    /** Breaks all connections that are open; new ones are taken. */
    public void breakConnections() {
        sockets.forEach(TcpProxy::close);
    }

    /** Closes one direction of each open connection, as an end that has said its last word. */
    public void halfClose() {
        for (Socket socket : sockets) {
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                close(socket);
            }
        }
    }

    private void change(Runnable change) {
        synchronized (changed) {
            change.run();
            changed.notifyAll();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                boolean refused;
                synchronized (changed) {
                    refused = refusing;
                }
                if (refused) {
                    close(client);
                } else {
                    connect(client);
                }
            } catch (SocketException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket broker;
        try {
            broker = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            // The broker is down: its clients shall see that.
            close(client);
            return;
        }
        client.setTcpNoDelay(true);
        broker.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(broker);
        daemon("proxy-in-" + target, () -> pass(client, broker, Direction.TO_TARGET));
        daemon("proxy-out-" + target, () -> pass(broker, client, Direction.FROM_TARGET));
    }

    private void pass(Socket from, Socket to, Direction direction) {
        byte[] buffer = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitPassage(length, direction);
                out.write(buffer, 0, length);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // Either end is gone, or the line was cut: so is the other one, then.
            close(from);
            close(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
        }
    }

    private void awaitPassage(int length, Direction direction)
            throws InterruptedException, IOException {
        long pause;
        synchronized (changed) {
            while (silent.contains(direction)) {
                changed.wait();
            }
            bytesUntilCut -= length;
            if (bytesUntilCut < 0) {
                bytesUntilCut = bytesBetweenCuts;
                breakConnections();
                throw new IOException("The line was cut");
            }
            pause = delayMillis + (bytesPerSecond == 0 ? 0 : 1000L * length / bytesPerSecond);
        }
        if (pause > 0) {
            Thread.sleep(pause);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        heal();
        breakConnections();
    }
}
