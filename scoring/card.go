package scoring

// Card is the machine-readable part of a model's card.
type Card struct {
	Name string `json:"name"`
}
