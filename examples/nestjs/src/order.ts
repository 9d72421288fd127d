export interface Order {
  readonly id: number;
  readonly item: string;
}
