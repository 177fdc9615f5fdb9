// The shapes of contracts/openapi/backend.yaml that the pages use.

export interface User {
  id: string;
  email: string;
  name: string;
}
export interface Login {
  user: User;
}
export interface Job {
  id: number;
  title: string;
  company: string;
  location: string;
  remote: boolean;
  salary_min_eur: number;
  skills: string[];
  description: string;
  posted_at: string;
}
export interface JobPage {
  items: Job[];
  total: number;
  page: number;
  per_page: number;
}
export interface StoredFile {
  id: string;
  name: string;
  content_type: string;
  size_bytes: number;
}
export interface FileList {
  items: StoredFile[];
  total: number;
}
export interface ChatReply {
  reply: string;
}

/** The limits of the contract that the forms say beforehand. */
export const limits = { passwordMinLength: 12, messageMaxLength: 4000, queryMaxLength: 100 } as const;
