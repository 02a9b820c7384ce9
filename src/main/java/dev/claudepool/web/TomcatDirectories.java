package dev.claudepool.web;

import dev.claudepool.store.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Makes Tomcat keep its files in the data directory, where a killed service leaves nothing behind for good;
 * {@code server.tomcat.basedir} still wins.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class TomcatDirectories implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final DataDirectory dataDirectory;

    TomcatDirectories(DataDirectory dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        try {
            factory.setBaseDirectory(dataDirectory.temporary("tomcat").toFile());
            factory.setDocumentRoot(dataDirectory.temporary("tomcat-documents").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
