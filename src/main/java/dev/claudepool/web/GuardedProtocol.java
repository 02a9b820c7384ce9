package dev.claudepool.web;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import jdk.net.ExtendedSocketOptions;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 with {@link ConnectionDeadlines}, and with an attribute of each request by which its handler can
 * ask whether the client is gone. Public, with a constructor without parameters, because Tomcat creates it by its name.
 */
public final class GuardedProtocol extends Http11NioProtocol {

    /** The name of the request attribute: a {@link BooleanSupplier} for the thread that handles the request. */
    static final String CLIENT_IS_GONE = GuardedProtocol.class.getName() + ".clientIsGone";

    private static final long ENFORCEMENT_MILLIS = 250;

    private final ConnectionDeadlines deadlines;
    private @Nullable ScheduledFuture<?> enforcement;

    public GuardedProtocol() {
        this(new ConnectionDeadlines());
    }

    private GuardedProtocol(ConnectionDeadlines deadlines) {
        super(new Endpoint(deadlines));
        this.deadlines = deadlines;
    }

    ConnectionDeadlines deadlines() {
        return deadlines;
    }

    @Override
    public void start() throws Exception {
        // An HTTP/2 connection that TLS has agreed on would never tell us that its first head is complete.
        deadlines.beginWithConnections(findUpgradeProtocols().length == 0);
        super.start();
        enforcement = getUtilityExecutor()
                .scheduleWithFixedDelay(
                        deadlines::enforce, ENFORCEMENT_MILLIS, ENFORCEMENT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (enforcement != null) {
            enforcement.cancel(false);
        }
        super.stop();
    }

    @Override
    protected Processor createProcessor() {
        return new GuardedProcessor(this);
    }

    private static SocketChannel channel(SocketWrapperBase<?> connection) {
        return ((NioChannel) connection.getSocket()).getIOChannel();
    }

    /**
     * Reads what has arrived, which stays there for the next request. A client that has closed only its sending side
     * counts as gone, too: until something is sent to it, it looks the same.
     */
    private static boolean isGone(SocketWrapperBase<?> connection) {
        try {
            boolean _ = connection.isReadyForRead();
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /** Accepts connections. */
    private static final class Endpoint extends NioEndpoint {

        /** Let the system notice within 90 s that a peer vanished without a word. */
        private static final Map<SocketOption<Integer>, Integer> KEEP_ALIVE = Map.of(
                ExtendedSocketOptions.TCP_KEEPIDLE, 60,
                ExtendedSocketOptions.TCP_KEEPINTERVAL, 10,
                ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

        private final ConnectionDeadlines deadlines;

        Endpoint(ConnectionDeadlines deadlines) {
            this.deadlines = deadlines;
        }

        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            deadlines.connected(socket);
            keepAlive(socket);
            return super.setSocketOptions(socket);
        }

        private static void keepAlive(SocketChannel socket) {
            try {
                socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                for (Map.Entry<SocketOption<Integer>, Integer> option : KEEP_ALIVE.entrySet()) {
                    if (socket.supportedOptions().contains(option.getKey())) {
                        socket.setOption(option.getKey(), option.getValue());
                    }
                }
            } catch (IOException _) {
                // The client has closed it already, as its first read will show.
            }
        }
    }

    /** Handles one connection at a time. */
    private static final class GuardedProcessor extends Http11Processor {

        private final ConnectionDeadlines deadlines;
        private final GuardedAdapter guarded;

        GuardedProcessor(GuardedProtocol protocol) {
            GuardedAdapter guarded = new GuardedAdapter(protocol.getAdapter(), protocol.deadlines);
            super(protocol, guarded);
            this.guarded = guarded;
            this.deadlines = protocol.deadlines;
        }

        @Override
        public SocketState process(SocketWrapperBase<?> connection, SocketEvent event) throws IOException {
            SocketChannel channel = channel(connection);
            if (!isAsync() && !isUpgrade()) {
                deadlines.headBegins(channel);
            }
            guarded.connection = connection;
            SocketState state = super.process(connection, event);
            boolean headIncomplete = state == SocketState.LONG && !isAsync();
            if (!headIncomplete) {
                deadlines.end(channel);
            }
            return state;
        }
    }

    /** Hands complete heads on to the service. */
    private static final class GuardedAdapter implements Adapter {

        private final Adapter service;
        private final ConnectionDeadlines deadlines;
        private @Nullable SocketWrapperBase<?> connection;

        GuardedAdapter(Adapter service, ConnectionDeadlines deadlines) {
            this.service = service;
            this.deadlines = deadlines;
        }

        @Override
        public void service(Request request, Response response) throws Exception {
            SocketWrapperBase<?> client = connection;
            if (client == null) {
                throw new IllegalStateException("a request without a connection");
            }
            deadlines.end(channel(client));
            request.setAttribute(CLIENT_IS_GONE, (BooleanSupplier) () -> isGone(client));
            service.service(request, response);
            if (!request.isFinished() && !isAsync(request)) {
                response.action(ActionCode.CLIENT_FLUSH, null);
                deadlines.lingers(channel(client));
            }
        }

        private static boolean isAsync(Request request) {
            AtomicBoolean async = new AtomicBoolean();
            request.action(ActionCode.ASYNC_IS_ASYNC, async);
            return async.get();
        }

        @Override
        public boolean prepare(Request request, Response response) throws Exception {
            return service.prepare(request, response);
        }

        @Override
        public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
            return service.asyncDispatch(request, response, event);
        }

        @Override
        public void log(Request request, Response response, long time) {
            service.log(request, response, time);
        }

        @Override
        public void checkRecycled(Request request, Response response) {
            service.checkRecycled(request, response);
        }

        @Override
        public String getDomain() {
            return service.getDomain();
        }
    }
}
