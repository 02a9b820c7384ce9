package dev.claudepool.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the service, as the build wrote it down. */
public final class ServiceVersion {

    private static final String BUILD_INFO = "/META-INF/build-info.properties";

    private ServiceVersion() {}

    /** Returns the version, such as {@code 0.1.0}; {@code unknown} when the service was not built by Maven. */
    public static String get() {
        try (InputStream in = ServiceVersion.class.getResourceAsStream(BUILD_INFO)) {
            Properties build = new Properties();
            if (in != null) {
                build.load(in);
            }
            return build.getProperty("build.version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
