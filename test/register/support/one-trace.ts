/** From the request to the last consumer. */
export const oneTrace: string = `trace
└─ shop: POST (server)
   └─ shop: send placed (producer)
      └─ shop: process placed (consumer)
         │  → shop: send placed
         └─ shop: send packed (producer)
            └─ shop: process packed (consumer)
                  → shop: send packed`;
