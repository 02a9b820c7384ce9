package dev.claudepool.claude;

import dev.claudepool.claude.CliMessage.ControlAnswer;
import dev.claudepool.process.ControlGroups;
import dev.claudepool.process.Cookie;
import dev.claudepool.process.CookieFactory;
import dev.claudepool.process.OsUser;
import dev.claudepool.process.ProcessStarter;
import dev.claudepool.process.ProcessTree;
import dev.claudepool.process.Spawner;
import dev.claudepool.store.DataDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Starts {@code claude} processes, and ends those that an earlier instance left behind. Thread-safe. */
@Component
public class ClaudeLauncher {

    private final CliProperties properties;
    private final Path cli;
    private final Path mcpDirectory;
    private final CookieFactory cookies;
    private final CliEnvironment environment;
    private final HeapLimits limits;
    private final Confinement confinement;
    private final MessageCodec codec;
    private final Optional<OsUser> user;
    private final ProcessStarter starter;
    private final ControlGroups groups = ControlGroups.ofThisProcess();
    private final Timer started;
    private final Timer failed;

    @Autowired
    ClaudeLauncher(
            CliProperties properties,
            ClaudeCli cli,
            DataDirectory dataDirectory,
            MeterRegistry meters,
            InstantSource clock) {
        this(properties, cli.program(), cli.user(), new Spawner(cli.user()), dataDirectory.path(), meters, clock);
    }

    ClaudeLauncher(
            CliProperties properties,
            Path cli,
            Optional<OsUser> user,
            ProcessStarter starter,
            Path dataDirectory,
            MeterRegistry meters,
            InstantSource clock) {
        this.properties = properties;
        this.cli = cli;
        this.cookies = new CookieFactory(dataDirectory);
        Path configDirectory = properties.configDirectory(user, dataDirectory);
        this.user = user;
        user.ifPresent(other -> other.make(configDirectory));
        this.mcpDirectory = user.isPresent() ? McpConfig.sharedDirectory() : dataDirectory;
        this.starter = starter;
        this.environment = new CliEnvironment(properties, configDirectory, user, System.getenv());
        this.confinement = new Confinement(properties, configDirectory, dataDirectory);
        this.limits = HeapLimits.of(properties);
        this.codec = new MessageCodec(limits, clock);
        this.started = timer(meters, "started");
        this.failed = timer(meters, "failed");
    }

    /** Blocks until the process is ready, or has failed and nothing of it is left. */
    public LaunchResult launch(LaunchSpec spec, SessionStart session, String slotId) {
        long begin = System.nanoTime();
        LaunchResult launch = tryToLaunch(spec, session, slotId);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        switch (launch) {
            case LaunchResult.Ready _ -> started.record(took);
            case LaunchResult.Failed _ -> failed.record(took);
        }
        return launch;
    }

    private LaunchResult tryToLaunch(LaunchSpec spec, SessionStart session, String slotId) {
        if (!Files.isDirectory(spec.workingDirectory())) {
            return failed("The working directory does not exist.");
        }
        if (user.isPresent() && !user.get().canUse(spec.workingDirectory())) {
            return failed(
                    "The user " + user.get().name() + " of claude-pool.cli.user cannot read the working directory.");
        }
        confinement.check(spec.workingDirectory());
        Cookie cookie = cookies.next(slotId);
        try (McpConfig mcp = McpConfig.of(spec, mcpDirectory, user)) {
            List<String> command = CliCommand.arguments(cli, spec, session, confinement, mcp.file());
            Process process = starter.start(
                    command, spec.workingDirectory(), environment.with(cookie, session.id()), groups.create(cookie));
            var _ = process.onExit().thenRun(() -> groups.release(cookie));
            ClaudeProcess claude = new ClaudeProcess(process, cookie, spec, session.id(), properties, limits, codec);
            boolean ready = false;
            try {
                Optional<Failure> failure = initialize(claude, spec, session);
                ready = failure.isEmpty();
                return ready ? ready(claude) : new LaunchResult.Failed(failure.get());
            } finally {
                if (!ready) {
                    claude.kill();
                }
            }
        } catch (IOException e) {
            return failed("claude cannot be started: " + e.getMessage());
        }
    }

    private static LaunchResult ready(ClaudeProcess claude) {
        claude.watchOutsideTurns();
        return new LaunchResult.Ready(claude);
    }

    /** Ends every process that an earlier instance of this data directory left, and returns how many there were. */
    public int endLeftovers() {
        McpConfig.deleteLeftovers(mcpDirectory);
        int ended = ProcessTree.end(cookies::isLeftover, properties.stopGrace());
        groups.removeEmpty(cookies::isLeftover);
        return ended;
    }

    private Optional<Failure> initialize(ClaudeProcess claude, LaunchSpec spec, SessionStart session) {
        ControlAnswer answer = claude.ask(CliCommand.initialize(spec, session), properties.startTimeout());
        Optional<String> problem = Optional.ofNullable(answer.error());
        if (problem.isEmpty() && session instanceof SessionStart.Resume) {
            problem = claude.takeBaseline();
        }
        if (problem.isEmpty() && spec.mcpServers() != null) {
            claude.awaitMcpServers();
        }
        return problem.map(claude::notReady);
    }

    private static Timer timer(MeterRegistry meters, String outcome) {
        return Timer.builder("claude.pool.process.start")
                .tag("outcome", outcome)
                .description("From the start of a claude process until it was ready, or had failed")
                .register(meters);
    }

    private static LaunchResult failed(String message) {
        return new LaunchResult.Failed(Failure.of(FailureCode.CLI_START_FAILED, message));
    }
}
