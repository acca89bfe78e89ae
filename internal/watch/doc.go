// Package watch says when a file changed: bytes out, nothing else known.
//
// # How we tell half-written
//
// A prefix of a YAML file can be valid YAML, so the content itself does not tell whether a
// save is finished. Neither does an event: a save in place fires one before, between and
// after its writes.
//
// On Linux a read lease does (fcntl(2), F_SETLEASE with F_RDLCK): the kernel refuses it with
// EAGAIN exactly while somebody has the file open for writing. So a file is read under a
// lease, let go of at once when somebody wants to write. A refused lease means that the save
// goes on: look again, after 1 ms at first, seldom more than 50 ms later, for as long as it
// takes, since half a file is worse than a late one. The price: a writer who opens the file in
// the very moment of our read waits microseconds, and with O_NONBLOCK gets EWOULDBLOCK.
//
// The lease needs the file's owner or CAP_LEASE, and is believed on local filesystems only:
// over a network and on FUSE it does not know the writers on other machines. Elsewhere a
// content is complete once nothing changed for 100 ms after the last change that was seen. That
// goes for a new file under the name as well: vim and others write into it in place.
//
// A save made by several programs one after the other (`> file`, then `>> file`) is complete
// after each of them, by any of these rules: write elsewhere and rename.
//
// # What a load is given
//
// All files as they were together at one moment. A file that is not complete at that moment
// has no content: its old one beside another file's new one may never have been on disk.
//
//   - A missing, empty or unreadable file gets a second to come back, for those who delete and
//     create, or truncate and write. All loads wait for it. The second begins when the file is
//     first seen so, and once, whatever is done to it meanwhile; then it is passed on as such.
//   - For a file that is being written a load waits up to 3 s. After that the log names it, and
//     a load that reads it is given an error that says why: a writer that never ends holds
//     back the configs that name its file, and these are refused aloud. When the file is
//     complete it is loaded, as long after that as it takes.
//   - A file that no load read before is looked at when it is asked for. If a file that this
//     load has read is another by then, what is read is ErrChanged, and a new load follows.
package watch
