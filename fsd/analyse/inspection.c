#include "analyse/inspection.h"

struct inspection inspection_unreadable(void)
{
    return (struct inspection){
        .status = INSPECT_UNREADABLE,
        .facts = {.mime = "application/octet-stream", .charset = "binary", .flags = FACT_UNREADABLE},
        .class_name = "unreadable",
        .report_fd = -1};
}
