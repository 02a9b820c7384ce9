package dev.claudepool;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM is how a service is meant to end: with exit code 0, and not with the JVM's 143, which supervisors take for a
 * failure.
 */
final class Sigterm {

    private Sigterm() {}

    /** Makes SIGTERM end the JVM as it does by default. */
    static void endsWell() {
        try {
            // By reflection, since the compiler warns of the only API for signals, and has no switch to suppress that
            // warning.
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object exit = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                System.exit(0);
                throw new IllegalStateException("the JVM goes on after its exit");
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), exit);
        } catch (ReflectiveOperationException e) {
            Logger log = LoggerFactory.getLogger(Sigterm.class);
            log.warn("SIGTERM will end in exit code 143: {}", e.toString());
        }
    }
}
