package dev.claudepool.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/**
 * With the profile {@code demo}, starts a {@link MessagesApi} before the application and points the CLI to it. What
 * else a demo needs is in {@code application-demo.yaml}; all of it can be overridden.
 */
final class DemoEnvironment implements EnvironmentPostProcessor, Ordered {

    private static final String PROFILE = "demo";
    private static final int REMEMBERED = 100;
    private static final Duration PACE = Duration.ofMillis(40);

    private final Log log;
    private final ConfigurableBootstrapContext bootstrap;

    DemoEnvironment(DeferredLogFactory logs, ConfigurableBootstrapContext bootstrap) {
        this.log = logs.getLog(DemoEnvironment.class);
        this.bootstrap = bootstrap;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!environment.acceptsProfiles(Profiles.of(PROFILE))) {
            return;
        }
        MessagesApi api = MessagesApi.start(0, REMEMBERED, PACE);
        environment.getPropertySources().addLast(new MapPropertySource(PROFILE, properties(environment, api)));
        bootstrap.addCloseListener(event -> closeWith(event.getApplicationContext(), api));
        log.info("This is a DEMO: the answers come from a stand-in on " + api.uri()
                + ", no model is asked and no money is spent");
    }

    /** After the configuration files, which may activate the profile. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    /**
     * Returns what the CLI gets into its environment. The user's own credentials, and whatever else would send it to
     * another place, are emptied, which the CLI takes for unset: it would send a real {@code ANTHROPIC_AUTH_TOKEN}
     * along.
     */
    private static Map<String, Object> properties(ConfigurableEnvironment environment, MessagesApi api) {
        Map<String, Object> properties = new HashMap<>();
        for (String name : environment.getSystemEnvironment().keySet()) {
            if (name.startsWith("ANTHROPIC_") || name.startsWith("CLAUDE_CODE_")) {
                properties.put(cliVariable(name), "");
            }
        }
        properties.put(cliVariable("ANTHROPIC_BASE_URL"), api.uri().toString());
        return properties;
    }

    /** Brackets keep the case and the underscores of the key. */
    private static String cliVariable(String name) {
        return "claude-pool.cli.environment[" + name + "]";
    }

    /** A disposable bean, since those are closed after everything that may still wait for an answer. */
    private static void closeWith(ConfigurableApplicationContext context, MessagesApi api) {
        context.getBeanFactory().registerSingleton("messagesApi", api);
        if (context instanceof GenericApplicationContext generic) {
            generic.getDefaultListableBeanFactory().registerDisposableBean("messagesApi", api::close);
        }
    }
}
