package dev.claudepool.budget;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code spend}: what each slot, tag and model has cost in all. */
@Component
class SpendStore {

    private final JdbcClient jdbc;

    SpendStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void add(Dimension dimension, String name, Money usd, Tokens tokens) {
        jdbc.sql("""
                        insert into spend (dimension, name, usd_nanos, tokens_input, tokens_output, tokens_cache_read,
                          tokens_cache_write)
                        values (:dimension, :name, :usd, :input, :output, :cacheRead, :cacheWrite)
                        on conflict (dimension, name) do update set
                          usd_nanos = spend.usd_nanos + excluded.usd_nanos,
                          tokens_input = spend.tokens_input + excluded.tokens_input,
                          tokens_output = spend.tokens_output + excluded.tokens_output,
                          tokens_cache_read = spend.tokens_cache_read + excluded.tokens_cache_read,
                          tokens_cache_write = spend.tokens_cache_write + excluded.tokens_cache_write""")
                .param("dimension", dimension.wireName())
                .param("name", name)
                .param("usd", usd.nanos())
                .param("input", tokens.input())
                .param("output", tokens.output())
                .param("cacheRead", tokens.cacheRead())
                .param("cacheWrite", tokens.cacheWrite())
                .update();
    }

    /** Returns those with names after {@code after}, by name. */
    List<SpendShare> after(Dimension dimension, String after, int limit) {
        return jdbc.sql("select * from spend where dimension = :dimension and name > :after order by name limit :limit")
                .param("dimension", dimension.wireName())
                .param("after", after)
                .param("limit", limit)
                .query((row, _) -> new SpendShare(
                        row.getString("name"), Money.ofNanos(row.getLong("usd_nanos")), Tokens.read(row)))
                .list();
    }

    Money of(Dimension dimension, String name) {
        return Money.ofNanos(
                jdbc.sql("select coalesce(sum(usd_nanos), 0) from spend where dimension = :dimension and name = :name")
                        .param("dimension", dimension.wireName())
                        .param("name", name)
                        .query(Long.class)
                        .single());
    }
}
