#!/bin/sh
# Searches the catalogue with curl.
#   LINERNOTES_URL=https://….supabase.co LINERNOTES_KEY=sb_publishable_… ./search.sh "kilo wren"
# The term stands in a JSON text, so a quotation mark or a backslash in it has a backslash before it.
set -eu
term=$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')
curl --silent --show-error --fail-with-body "$LINERNOTES_URL/rest/v1/rpc/search_catalogue" \
  --header "apikey: $LINERNOTES_KEY" \
  --header "content-type: application/json" \
  --data "{\"term\": \"$term\", \"limit_count\": 3}"
