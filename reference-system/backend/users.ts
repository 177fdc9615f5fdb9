export interface UserRow {
  id: string;
  email: string;
  name: string;
  created_at: Date;
}

/** An account as clients see it. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created_at: string;
}

export function toUser(row: UserRow): User {
  return { id: row.id, email: row.email, name: row.name, created_at: row.created_at.toISOString() };
}
