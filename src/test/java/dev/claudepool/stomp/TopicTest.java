package dev.claudepool.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.event.EventFilter;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

    private static final UUID ID = UUID.fromString("01920000-0000-7000-8000-00000000abcd");

    @Test
    void everyTopicHasItsFilter() {
        assertThat(Topic.filterOf("/topic/events")).contains(new EventFilter.All());
        assertThat(Topic.filterOf("/topic/live")).contains(new EventFilter.Selected(Set.of(), List.of(), true));
        assertThat(Topic.filterOf("/topic/pool")).contains(new EventFilter.OfPool());
        assertThat(Topic.filterOf("/topic/tasks/" + ID)).contains(new EventFilter.OfTask(ID));
        assertThat(Topic.filterOf("/topic/chains/" + ID)).contains(new EventFilter.OfChain(ID));
        assertThat(Topic.filterOf("/topic/fan-outs/01920000-0000-7000-8000-00000000ABCD"))
                .contains(new EventFilter.OfFanOut(ID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/topic",
                "/topic/event",
                "/topic/events/",
                "/topic/tasks/",
                "/topic/tasks/*",
                "/topic/tasks/1-1-1-1-1",
                "/topic/tasks/01920000-0000-7000-8000-00000000abcd/x",
                "/queue/events"
            })
    void anythingElseIsNoTopic(String destination) {
        assertThat(Topic.filterOf(destination)).isEmpty();
    }
}
