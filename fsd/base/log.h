/*
 * log: one line to standard error (journald or a terminal), with the process's own name in front.
 *
 * Never called on a path that an application waits for. Lines hold no file content and no secrets;
 * control bytes in them are shown as \xNN, so that a file's name cannot forge a line.
 */
#ifndef HOLDFAST_BASE_LOG_H
#define HOLDFAST_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Name this process ("mount work"); lines below `least` are dropped. `name` is copied. */
void log_open(const char *name, enum log_level least);

/* From now on, here and in what is forked, each line begins with the time (UTC): nobody else notes it down. */
void log_show_times(void);

void log_at(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_at(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_at(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)

#endif
