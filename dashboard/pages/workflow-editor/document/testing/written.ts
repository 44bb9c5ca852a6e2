// A workflow as somebody wrote it: formatted unevenly, so that a change of what it did not touch shows.
export const written = `{
  "id": "w",   "name" :"W",
  "steps": [
    { "id": "a", "transform": [1,  2] },
    {
      "id": "b",
      "transform": 1.0
    }
  ]
}`;
