package dev.claudepool.stomp;

import dev.claudepool.live.LiveProperties;
import dev.claudepool.store.ShutdownPhases;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;

/**
 * STOMP at {@code /ws}. Spring's simple broker keeps the connections: it answers CONNECT and exchanges heart-beats. It
 * never sees a subscription or an event, which go from the pumps to the outbound channel.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSocketMessageBroker
class StompConfiguration implements WebSocketMessageBrokerConfigurer {

    private static final long HEART_BEAT = Duration.ofSeconds(10).toMillis();

    private final LiveProperties properties;
    private final StompGate gate;
    private final StompConnections connections;
    private final TaskScheduler scheduler;

    /** The scheduler is the framework's: one of our own would become the executor of the client channels. */
    StompConfiguration(
            LiveProperties properties,
            StompGate gate,
            StompConnections connections,
            @Lazy @Qualifier("messageBrokerTaskScheduler") TaskScheduler scheduler) {
        this.properties = properties;
        this.gate = gate;
        this.connections = connections;
        this.scheduler = scheduler;
    }

    @Override
    public void registerStompEndpoints(StompEndpointRegistry registry) {
        // Every origin, because the security package's filter has checked the handshake's Origin and Host before.
        registry.addEndpoint("/ws").setAllowedOriginPatterns("*");
        registry.setErrorHandler(new StompErrors());
    }

    @Override
    public void configureMessageBroker(MessageBrokerRegistry registry) {
        registry.enableSimpleBroker("/topic")
                .setTaskScheduler(scheduler)
                .setHeartbeatValue(new long[] {HEART_BEAT, HEART_BEAT});
    }

    @Override
    public void configureClientInboundChannel(ChannelRegistration registration) {
        registration.interceptors(gate);
    }

    @Override
    public void configureWebSocketTransport(WebSocketTransportRegistration registration) {
        registration
                .setMessageSizeLimit((int) properties.maxFrameSize().toBytes())
                .setSendTimeLimit((int) properties.sendTimeout().toMillis())
                .addDecoratorFactory(connections);
    }

    @Override
    public @Nullable Integer getPhase() {
        return ShutdownPhases.STREAMS;
    }
}
