/** How one field of a filter is read. */
export interface FilterField<T> {
  /** What the value must be, behind "takes" or "must be". */
  readonly must: string;
  /** The value as filters compare it; `undefined` when it is none. @param now milliseconds since the epoch, from which durations count back */
  readonly read: (value: unknown, now: number) => T | undefined;
}

/** A record by its place in the dead-letter topic. */
export interface NamedRecord {
  /** `undefined`: the topic that is read. */
  readonly topic: string | undefined;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
}

export const text: FilterField<string> = {
  must: 'a text that is not empty',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
};

export const traceId: FilterField<string> = {
  must: 'a trace id of 32 hexadecimal digits, or of 16 as B3 has them',
  read(value) {
    const id = typeof value === 'string' ? value.toLowerCase() : '';
    return /^(?:[\da-f]{16}){1,2}$/.test(id) && !/^0+$/.test(id) ? id.padStart(32, '0') : undefined;
  },
};

/** Milliseconds of a unit. */
const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** An ISO time, in UTC when it has no zone; a duration before now; a number is milliseconds since the epoch. */
export const time: FilterField<number> = {
  must: 'a time such as 2026-11-29T08:00Z, or a duration such as 90s, 30m, 2h or 7d',
  read(value, now) {
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (typeof value !== 'string') return undefined;
    const duration = /^(\d{1,9})([smhd])$/.exec(value);
    if (duration !== null) return now - Number(duration[1]) * (units[duration[2] ?? ''] ?? 0);
    const iso = /^(\d{4}-\d{2}-(\d{2}))(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(value);
    // A day that its month does not have would be one of the next month.
    if (iso === null || new Date(`${iso[1]}T00:00Z`).getUTCDate() !== Number(iso[2])) return undefined;
    const milliseconds = Date.parse(`${iso[1]}T${iso[3] ?? '00:00'}${iso[4] ?? 'Z'}`);
    return Number.isNaN(milliseconds) ? undefined : milliseconds;
  },
};

// A topic's name has no slash.
const place = /^(?:([\w.-]{1,249})\/)?(\d{1,9})\/(\d{1,18})$/;

/** In one form, without leading zeros. */
export const origin: FilterField<string> = {
  must: 'where records came from: orders, orders/0 or orders/0/7',
  read(value) {
    const parts = typeof value === 'string' ? /^([\w.-]{1,249})(?:\/(\d{1,9})(?:\/(\d{1,18}))?)?$/.exec(value) : null;
    const [, topic, ...numbers] = parts ?? [];
    return topic === undefined ? undefined : [topic, ...numbers.filter((each) => each !== undefined).map(BigInt)].join('/');
  },
};

/** In the order of their places. */
export const records: FilterField<readonly NamedRecord[]> = {
  must: 'records by their place in the dead-letter topic: orders.dead-letter/0/7, or 0/7',
  read(value) {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const found: NamedRecord[] = [];
    for (const each of value as readonly unknown[]) {
      const [, topic, partition, offset] = (typeof each === 'string' && place.exec(each)) || [];
      if (partition === undefined || offset === undefined) return undefined;
      found.push({ topic, partition: Number(partition), offset: String(BigInt(offset)) });
    }
    return found.sort((a, b) => a.partition - b.partition || Number(BigInt(a.offset) - BigInt(b.offset)));
  },
};
