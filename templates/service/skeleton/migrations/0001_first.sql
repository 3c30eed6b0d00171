-- The first table of ${{ values.name }}.
CREATE TABLE event (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    what text NOT NULL
);
