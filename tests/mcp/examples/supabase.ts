// Who made a producer's tracks, with supabase-js and the project's types.
//   LINERNOTES_URL=https://….supabase.co LINERNOTES_KEY=sb_publishable_… node supabase.ts "Kilo Wren"

import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../../supabase/database.types.ts";

const { LINERNOTES_URL, LINERNOTES_KEY } = process.env;
const supabase = createClient<Database>(LINERNOTES_URL!, LINERNOTES_KEY!);

type Found = { producers: { id: string; name: string }[] };
type Page = { next: string | null; items: { name: string; album: { name: string }; roles: { role: string }[] }[] };

// 1. Search: names are found whatever their case, accents and punctuation.
const found = await supabase.rpc("search_catalogue", { term: process.argv[2]!, kinds: ["producers"] }).throwOnError();
const [producer] = (found.data as unknown as Found).producers;
if (!producer) {
  console.log("Not known here, which is not nobody.");
  process.exit(1);
}

// 2. Read the credits, page by page: each page says where the next one begins.
let after: string | null = null;
do {
  const asked = { producer_id: producer.id, limit_count: 20, ...(after ? { after } : {}) };
  const { data } = await supabase.rpc("get_producer_credits", asked).throwOnError();
  const page = data as unknown as Page;
  for (const track of page.items) {
    console.log([track.name, track.album.name, track.roles.map(({ role }) => role).join(", ")].join("\t"));
  }
  after = page.next;
} while (after);
