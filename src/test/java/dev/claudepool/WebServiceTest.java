package dev.claudepool;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

/** Runs {@link TestingWebApplication} on a free port with the admin token {@link TestingClient#TOKEN}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = TestingWebApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "claude-pool.security.token=" + TestingClient.TOKEN)
@ContextConfiguration(initializers = TestingDataDirectory.class)
public @interface WebServiceTest {}
