/*
 * settings: which folders a person's own settings name: where downloads go, and what is kept in step with a cloud.
 * The files are that person's, so any bytes may stand in them.
 */
#ifndef HOLDFAST_GUARD_SETTINGS_H
#define HOLDFAST_GUARD_SETTINGS_H

#include <stddef.h>

enum { SETTINGS_FILE_MOST = 256 * 1024, SETTINGS_FOLDERS_MOST = 64 };

/* An absolute path without "." and ".." in it; nobody has looked whether it is there. Valid during the call. */
typedef void settings_found(void *ctx, const char *path);

/* ~/.config/user-dirs.dirs: XDG_DOWNLOAD_DIR="$HOME/Downloads". */
void settings_read_user_dirs(const char *text, size_t len, const char *home, settings_found *found, void *ctx);
/* ~/.dropbox/info.json: {"personal": {"path": "/home/alice/Dropbox", ...}, ...}. */
void settings_read_dropbox(const char *text, size_t len, const char *home, settings_found *found, void *ctx);
/* nextcloud.cfg and owncloud.cfg: 0\Folders\1\localPath=/home/alice/Nextcloud/. */
void settings_read_nextcloud(const char *text, size_t len, const char *home, settings_found *found, void *ctx);
/* ~/.config/onedrive/config of abraunegg's client: sync_dir = "~/OneDrive". */
void settings_read_onedrive(const char *text, size_t len, const char *home, settings_found *found, void *ctx);

/* All of a person's, read below `home_fd`: no symbolic link leads out of there. At most SETTINGS_FOLDERS_MOST. */
void settings_find_downloads(int home_fd, const char *home, settings_found *found, void *ctx);
void settings_find_synced(int home_fd, const char *home, settings_found *found, void *ctx);

#endif
