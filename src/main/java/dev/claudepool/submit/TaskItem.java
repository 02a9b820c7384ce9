package dev.claudepool.submit;

import io.swagger.v3.oas.annotations.media.Schema;

/** A task in a list. */
@Schema(oneOf = {TaskSummary.class, TaskView.class})
sealed interface TaskItem permits TaskSummary, TaskView {}
