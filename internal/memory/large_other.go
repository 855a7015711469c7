//go:build !linux

package memory

// askLarge does nothing: AtHand knows of large pages on Linux only.
func askLarge([]byte) {}

func addressesLimited() bool { return false }
