package dev.claudepool.web;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.springframework.util.unit.DataSize;

/**
 * A request whose body breaks off with {@code payload-too-large} once it passes the limit, and with
 * {@code request-timeout} once it has taken too long.
 */
class LimitedRequest extends HttpServletRequestWrapper {

    private final DataSize limit;
    private final Duration timeout;
    private final long start = System.nanoTime();

    LimitedRequest(HttpServletRequest request, DataSize limit, Duration timeout) {
        super(request);
        this.limit = limit;
        this.timeout = timeout;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return new LimitedInputStream(super.getInputStream());
    }

    @Override
    public BufferedReader getReader() throws IOException {
        String charset = Objects.requireNonNullElse(getCharacterEncoding(), StandardCharsets.UTF_8.name());
        return new BufferedReader(new InputStreamReader(getInputStream(), Charset.forName(charset)));
    }

    /** Counts what is read. */
    private final class LimitedInputStream extends ServletInputStream {

        private final ServletInputStream body;
        private long left = limit.toBytes();

        LimitedInputStream(ServletInputStream body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            int next = body.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = body.read(buffer, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw RequestSizeFilter.tooLarge(limit);
            }
            if (bytes > 0 && System.nanoTime() - start > timeout.toNanos()) {
                throw RequestSizeFilter.tooSlow(timeout);
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
