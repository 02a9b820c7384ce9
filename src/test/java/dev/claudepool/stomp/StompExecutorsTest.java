package dev.claudepool.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.live.LiveServerTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.messaging.simp.broker.SimpleBrokerMessageHandler;
import org.springframework.messaging.support.ExecutorSubscribableChannel;
import org.springframework.scheduling.TaskScheduler;

class StompExecutorsTest extends LiveServerTest {

    @Autowired
    @Qualifier("clientInboundChannel")
    ExecutorSubscribableChannel inbound;

    @Autowired
    @Qualifier("clientOutboundChannel")
    ExecutorSubscribableChannel outbound;

    @Autowired
    @Qualifier("messageBrokerTaskScheduler")
    TaskScheduler brokerScheduler;

    @Autowired
    SimpleBrokerMessageHandler broker;

    @Test
    void everyFrameHasAVirtualThreadOfItsOwnSoThatOneSlowClientCannotUseThemUp() {
        assertThat(inbound.getExecutor()).satisfies(StompExecutorsTest::isUnboundedAndVirtual);
        assertThat(outbound.getExecutor()).satisfies(StompExecutorsTest::isUnboundedAndVirtual);
    }

    @Test
    void heartBeatsUseTheFrameworksScheduler() {
        assertThat(broker.getTaskScheduler()).isNotNull();
        assertThat(brokerScheduler).isNotSameAs(inbound.getExecutor()).isNotSameAs(outbound.getExecutor());
        assertThat(broker.getHeartbeatValue()).containsExactly(10_000, 10_000);
    }

    private static void isUnboundedAndVirtual(Executor executor) {
        assertThat(executor).isInstanceOfSatisfying(SimpleAsyncTaskExecutor.class, async -> {
            assertThat(async.isThrottleActive()).isFalse();
            CompletableFuture<Boolean> virtual = new CompletableFuture<>();
            async.execute(() -> virtual.complete(Thread.currentThread().isVirtual()));
            assertThat(virtual).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        });
    }
}
