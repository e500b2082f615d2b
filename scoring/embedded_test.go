package scoring

import "testing"

func TestEmbeddedModelLoads(t *testing.T) {
	m, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseModel(m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != m.Digest() {
		t.Errorf("digest after storing %x, want %x", again.Digest(), m.Digest())
	}
}
