package fix

import "os"

// OSFiles is the file system of the machine. Files are the user's alone: a journal
// says how an account is set up.
type OSFiles struct{}

// ReadFile implements Files.
func (OSFiles) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }

// Create implements Files.
func (OSFiles) Create(name string) (File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Append implements Files.
func (OSFiles) Append(name string) (File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
}

// Rename implements Files.
func (OSFiles) Rename(old, new string) error { return os.Rename(old, new) }

// Remove implements Files.
func (OSFiles) Remove(name string) error { return os.Remove(name) }

// SyncDir implements Files.
func (OSFiles) SyncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		d.Close()
		return err
	}
	return d.Close()
}
