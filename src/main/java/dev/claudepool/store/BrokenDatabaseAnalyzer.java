package dev.claudepool.store;

import java.sql.SQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Ends the start with one message when the database cannot be used. */
class BrokenDatabaseAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    private final Environment environment;

    BrokenDatabaseAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
        Dialect.Trouble trouble = Dialect.of(environment).explain(cause);
        return new FailureAnalysis(trouble.problem(), trouble.advice(), cause);
    }
}
