package dev.claudepool.web;

import java.sql.SQLException;

/**
 * The stack trace of an exception and of its causes without their messages, because a message may quote what a client
 * sent; of SQL errors it keeps the numbers.
 */
public record BareTrace(Throwable exception) {

    @Override
    public String toString() {
        StringBuilder trace = new StringBuilder();
        for (Throwable next = exception; next != null; next = next.getCause()) {
            trace.append(trace.isEmpty() ? "" : "\nCaused by: ")
                    .append(next.getClass().getName());
            if (next instanceof SQLException sql) {
                trace.append(" (error ")
                        .append(sql.getErrorCode())
                        .append(", state ")
                        .append(sql.getSQLState())
                        .append(')');
            }
            for (StackTraceElement frame : next.getStackTrace()) {
                trace.append("\n\tat ").append(frame);
            }
        }
        return trace.toString();
    }
}
