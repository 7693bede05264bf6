"""Who made a track, and who says so, with the Supabase client for Python (pip install supabase).

LINERNOTES_URL=https://….supabase.co LINERNOTES_KEY=sb_publishable_… python3 credits.py "Velvet Rope, Iron Hull"
"""

import os
import sys

from supabase import create_client

linernotes = create_client(os.environ["LINERNOTES_URL"], os.environ["LINERNOTES_KEY"])

found = linernotes.rpc("search_catalogue", {"term": sys.argv[1], "kinds": ["tracks"]}).execute().data
if not found["tracks"]:
    sys.exit("Not known here, which is not nobody.")
track = found["tracks"][0]

for credit in linernotes.rpc("get_track_credits", {"track_id": track["id"]}).execute().data:
    print(credit["name"], credit["role"], credit["confidence"], ", ".join(credit["sources"]), sep="\t")
