package dev.claudepool.security;

import dev.claudepool.store.DataDirectory;
import jakarta.servlet.Filter;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.resource.authentication.OpaqueTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

/** Bearer tokens only: no session, no form, no cookie, hence nothing that a foreign page could ride on (CSRF). */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    /** Everything from here; inline styles and data images are for Swagger UI. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Bean
    TokenHashFile tokenHashFile(DataDirectory directory) {
        return new TokenHashFile(directory.path());
    }

    @Bean
    AdminToken adminToken(SecurityProperties properties, TokenHashFile hashFile) {
        return AdminTokens.find(properties, hashFile, AdminTokens.outputIsTerminal());
    }

    @Bean
    TokenAuthenticator tokenAuthenticator(AdminToken admin) {
        return new TokenAuthenticator(List.of(Grant.admin(admin.hash())));
    }

    @Bean
    WrongTokens wrongTokens() {
        return new WrongTokens(System::nanoTime);
    }

    @Bean
    HostPolicy hostPolicy(ServerProperties server, SecurityProperties properties) {
        return HostPolicy.of(server.getAddress(), properties.allowedHosts());
    }

    @Bean
    OriginPolicy originPolicy(SecurityProperties properties) {
        return new OriginPolicy(properties.allowedOrigins());
    }

    @Bean
    UrlBasedCorsConfigurationSource corsConfigurationSource(SecurityProperties properties) {
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(properties.allowedOrigins());
        cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        cors.setAllowedHeaders(List.of("Authorization", "Content-Type", "Accept", "Idempotency-Key", "Last-Event-ID"));
        cors.setExposedHeaders(List.of("Location", "Retry-After", "WWW-Authenticate"));
        cors.setMaxAge(Duration.ofHours(1));
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", cors);
        return source;
    }

    @Bean
    SecurityFilterChain securityFilterChain(
            HttpSecurity http, TokenIntrospector introspector, AccessProblems problems) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .cors(cors -> {})
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(CONTENT_SECURITY_POLICY))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER)))
                .authorizeHttpRequests(AccessRules::apply)
                .addFilterBefore(bearerFilter(introspector, problems), AnonymousAuthenticationFilter.class)
                .exceptionHandling(
                        errors -> errors.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .build();
    }

    /**
     * The filter alone, without {@code oauth2ResourceServer()}: that would also publish OAuth metadata under
     * {@code /.well-known}, and clients that find it look for an authorization server.
     */
    private static Filter bearerFilter(TokenIntrospector introspector, AccessProblems problems) {
        BearerTokenAuthenticationFilter filter = new BearerTokenAuthenticationFilter(
                new ProviderManager(new OpaqueTokenAuthenticationProvider(introspector)),
                new BearerTokenAuthenticationConverter());
        filter.setAuthenticationEntryPoint(problems);
        return filter;
    }
}
