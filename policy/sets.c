/*
 * The sets. A name is the last part of what /proc/PID/exe shows: Debian's alternatives and wrappers are not seen there
 * (nc is nc.openbsd, firefox may be firefox-esr), a program in Flatpak or Snap has the name that it has inside, and a
 * script has that of its interpreter.
 */
#include "policy/sets.h"

#include "base/nearest.h"

#include <string.h>

static const struct policy_set sets[] = {
    {"browsers", "Web browsers, and the processes in which they read files.",
     "firefox firefox-bin firefox-esr chrome chromium chromium-browser google-chrome brave "
     "brave-browser msedge opera vivaldi vivaldi-bin epiphany falkon konqueror librewolf "
     "librewolf-bin waterfox waterfox-bin floorp floorp-bin zen zen-bin mullvadbrowser "
     "mullvadbrowser.real firefox.real palemoon seamonkey midori dillo netsurf-gtk3 surf "
     "luakit lynx links links2 elinks w3m QtWebEngineProcess WebKitWebProcess "
     "WebKitNetworkProcess"},
    {"sync-clients", "Clients of cloud storage, and programs that copy to it.",
     "dropbox dropboxd onedrive nextcloud nextcloudcmd owncloud owncloudcmd rclone syncthing "
     "megasync mega-cmd-server mega-cmd pcloud insync seafile-applet seaf-daemon seaf-fuse "
     "rslsync tresorit SpiderOakONE cloud-drive-ui cloud-drive-daemon google-drive-ocamlfuse "
     "grive unison unison-gtk unison-gui unison-text restic duplicati kopia borg gvfsd-google "
     "gvfsd-onedrive gvfsd-dav davfs2 mount.davfs kio_gdrive"},
    {"transfer-tools", "Programs that send files to other machines or phones.",
     "curl wget wget2 aria2c scp sftp sftp-server ssh sshfs rsync rsync-ssl ftp tnftp "
     "inetutils-ftp lftp ncftp ncftpput tftp nc nc.openbsd nc.traditional ncat socat telnet "
     "inetutils-telnet openssl croc filezilla fzsftp gftp-gtk gftp-text psftp pscp "
     "plink aws azcopy s5cmd smbclient cadaver xh curlftpfs git-remote-http git-remote-https "
     "obexd obexctl kdeconnectd localsend_app transmission-gtk transmission-qt transmission-"
     "daemon qbittorrent qbittorrent-nox gvfsd-sftp gvfsd-ftp gvfsd-smb gvfsd-mtp"},
    {"archivers", "Programs that pack files into one.",
     "tar bsdtar cpio bsdcpio pax ar gzip pigz bzip2 lbzip2 pbzip2 xz pixz zstd lz4 lzip plzip "
     "brotli 7z 7za 7zr 7zz 7zzs zip zipnote zipsplit rar arj lha zpaq file-roller ark "
     "engrampa xarchiver peazip gnome-autoar dar mksquashfs genisoimage xorrisofs xorriso"},
    {"chat-clients", "Messengers and meetings.",
     "slack Discord discord DiscordCanary teams teams-for-linux zoom skypeforlinux signal-"
     "desktop telegram-desktop Telegram AyuGram whatsdesk whatsapp-for-linux wasistlos "
     "element-desktop element fractal nheko neochat quaternion pidgin gajim dino hexchat irssi "
     "weechat konversation polari mattermost-desktop rocketchat-desktop Rocket.Chat wire-"
     "desktop viber Viber jami session-desktop threema zulip ferdium rambox franz mumble webex "
     "CiscoCollabHost keybase Keybase linphone"},
    {"mail-clients", "Programs that write or send mail.",
     "thunderbird thunderbird-bin betterbird betterbird-bin evolution geary kmail kontact "
     "claws-mail sylpheed balsa trojita mailspring tutanota-desktop proton-mail mutt neomutt "
     "alpine aerc meli himalaya s-nail bsd-mailx mail.mailutils msmtp sendmail postdrop exim4 "
     "nullmailer-inject dma ssmtp"},
    {"scripting-languages", "Interpreters, which run whatever a script says. Shells are not among them.",
     "python[0-9]* python pypy* perl perl[0-9]* ruby ruby[0-9]* node nodejs deno bun qjs gjs "
     "gjs-console php php[0-9]* php-cgi* lua lua[0-9]* luajit* tclsh* wish* expect guile "
     "guile-* gawk mawk original-awk R Rscript julia octave-cli* pwsh java jshell groovy "
     "scala ghc ghci runghc ocaml ocamlrun beam.smp erlexec dotnet mono-sgen mono racket sbcl "
     "clisp"},
};
enum { SETS = sizeof sets / sizeof sets[0] };

const struct policy_set *policy_set_at(size_t index) { return index < SETS ? &sets[index] : NULL; }

const struct policy_set *policy_find_set(const char *name, const char **near)
{
    const char *words[SETS];
    for (size_t i = 0; i < SETS; i++) {
        if (strcmp(sets[i].name, name) == 0)
            return &sets[i];
        words[i] = sets[i].name;
    }
    if (near != NULL)
        *near = nearest_word(name, words, SETS);
    return NULL;
}
