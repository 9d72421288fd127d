/** What a client says of itself without a request that it would not have made anyway. */
export interface ClientIdentity {
  readonly clientId?: string | undefined;
  readonly groupId?: string | undefined;
}
