/* For clang-tidy alone: it looks at one file at a time and cannot know that these never answer 0. */
#include "base/error.h"
#define error_set(...) ((void)error_set(__VA_ARGS__), -1)
#define error_sys(...) ((void)error_sys(__VA_ARGS__), -1)
