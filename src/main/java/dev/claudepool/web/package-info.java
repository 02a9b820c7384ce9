/** Problem details, paging, request limits, OpenAPI. */
@NullMarked
package dev.claudepool.web;

import org.jspecify.annotations.NullMarked;
