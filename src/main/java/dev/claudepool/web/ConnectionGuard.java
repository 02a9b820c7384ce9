package dev.claudepool.web;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Makes the web server use {@link GuardedProtocol}, with a limit on the number of connections. */
@Component
class ConnectionGuard implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private static final String MAX_CONNECTIONS = "server.tomcat.max-connections";
    /** The memory that a connection takes after it has sent a part of a request head; measured: 57 kB. */
    private static final long BYTES_OF_CONNECTION = 64 << 10;

    private static final int LEAST = 256;
    private static final int MOST = 32_768;

    private final WebProperties properties;
    private final Environment environment;

    ConnectionGuard(WebProperties properties, Environment environment) {
        this.properties = properties;
        this.environment = environment;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(GuardedProtocol.class.getName());
        factory.addProtocolHandlerCustomizers(handler -> {
            if (handler instanceof GuardedProtocol guarded) {
                guarded.deadlines().headTimeout(properties.headTimeout());
                if (!Binder.get(environment)
                        .bind(MAX_CONNECTIONS, Integer.class)
                        .isBound()) {
                    guarded.setMaxConnections(
                            mostConnections(Runtime.getRuntime().maxMemory(), mostFiles()));
                }
            }
        });
    }

    /** Returns those that half of the heap can hold, and half of the files that this process may open. */
    static int mostConnections(long heapBytes, long files) {
        return Math.clamp(Math.min(heapBytes / 2 / BYTES_OF_CONNECTION, files / 2), LEAST, MOST);
    }

    private static long mostFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
