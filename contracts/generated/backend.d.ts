// Generated from openapi/backend.yaml (726b8d0b229e39eb) by `gate10 contract types`. Change the contract, then run it again.

export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deep health of this replica
         * @description Asks every dependency (database, schema, storage, AI provider) at the moment of the call and reports each; 503 when any of them fails.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Identity of the running build
         * @description Says which commit this replica runs, since when, in which environment, and which schema version its database has now.
         */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Attestation of the configuration
         * @description Lists the names of the required variables and whether each is usable. Values are never part of the answer.
         */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics of this replica
         * @description Counters and histograms in the Prometheus text format. Not proxied by the front door.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Makes an account for an e-mail address that has none yet. It does not log in; call login afterwards.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a session
         * @description Checks the password and starts a session. The token comes in the body (for bearer use) and as an HttpOnly cookie.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session
         * @description Ends the session of the token that was sent; the token is refused afterwards, by every replica.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is logged in
         * @description Returns the account that the session belongs to, read from the database on each call.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Remove the account
         * @description Removes the account with everything it owns (sessions, files, recorded events). It cannot be undone.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Own files
         * @description Lists the files of the user of the session, newest first, at most one hundred.
         */
        get: operations["listFiles"];
        put?: never;
        /**
         * Upload a file
         * @description Stores one file of at most 1 MB (1,000,000 bytes) under the user of the session. Text, Markdown, PDF, PNG and JPEG are accepted.
         */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Identifier of the file.
                 * @example 5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b
                 */
                id: string;
            };
            cookie?: never;
        };
        /**
         * Read a file
         * @description Returns the bytes of an own file with its media type, as an attachment. Files of other users do not exist for the caller (404).
         */
        get: operations["readFile"];
        put?: never;
        post?: never;
        /**
         * Delete a file
         * @description Removes an own file, its row and its bytes. Files of other users do not exist for the caller (404).
         */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search jobs
         * @description Returns one page of the jobs whose title, company, place or skills contain the query, newest first. An empty query returns all.
         */
        get: operations["searchJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job
         * @description Returns one job by its number; 404 with the code `job-not-found` when there is none.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask the coach
         * @description Sends one message to the coach and returns its reply. The AI provider answers it; its failures come back as 429, 502, 503 or 504.
         */
        post: operations["chat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reranker/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health of the reranker
         * @description Makes one small embedding at the AI provider and says whether it came back; 503 when it did not.
         */
        get: operations["getRerankerHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reranker/rerank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Order documents by meaning
         * @description Orders documents by the likeness of their embeddings to the query's, best first, and records the first one as feedback for the user.
         */
        post: operations["rerank"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health of analytics
         * @description Queries the table of events and says whether the query came back; 503 when it did not.
         */
        get: operations["getAnalyticsHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/analytics/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Own events by kind
         * @description Counts what the user of the session did in the last thirty days, by kind of event.
         */
        get: operations["getAnalyticsSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An error as RFC 9457 describes it. */
        Problem: {
            /**
             * Format: uri-reference
             * @description Kind of the problem; about:blank, the code tells kinds apart.
             */
            type: string;
            /** @description Short name of the problem. */
            title: string;
            /** @description The HTTP status of the answer. */
            status: number;
            /** @description Stable name that a program can compare. */
            code: string;
            /** @description What is wrong with this request. */
            detail?: string;
            /**
             * Format: uri-reference
             * @description Path of the request.
             */
            instance?: string;
            /** @description Finds the request in the logs. */
            request_id: string;
            /** @description One entry for each invalid field. */
            errors?: {
                /** @description JSON pointer into the body or the parameters. */
                path: string;
                /** @description What is wrong with the field. */
                message: string;
            }[];
        };
        /** @description One dependency at the moment of the call. */
        Check: {
            /** @description Whether the dependency works. */
            ok: boolean;
            /** @description How long the check took. */
            latency_ms: number;
            /** @description Short name of the failure. */
            error?: string;
        };
        /** @description Compares the applied migrations with those of this release. */
        SchemaCheck: {
            /** @description Whether the database has at least the expected version. */
            ok: boolean;
            /** @description How long the check took. */
            latency_ms: number;
            /** @description Highest migration of this release. */
            expected: number;
            /** @description Highest migration in the database; null when it cannot be read. */
            actual: number | null;
            /** @description Short name of the failure. */
            error?: string;
        };
        /** @description The health of one replica with each dependency. */
        Health: {
            /** @description True when every check is. */
            ok: boolean;
            /**
             * @description The same as a word.
             * @enum {string}
             */
            status: "pass" | "fail";
            /** @description One entry for each dependency. */
            checks: {
                /** @description A query on the database. */
                database: components["schemas"]["Check"];
                /** @description The applied migrations. */
                schema: components["schemas"]["SchemaCheck"];
                /** @description A write under the upload folder. */
                storage: components["schemas"]["Check"];
                /** @description A call to the AI provider with this service's key. */
                provider: components["schemas"]["Check"];
            };
            /**
             * Format: date-time
             * @description When the report was made.
             */
            time: string;
        };
        /** @description The health of one feature. */
        FeatureHealth: {
            /** @description Whether the feature works. */
            ok: boolean;
            /**
             * @description The same as a word.
             * @enum {string}
             */
            status: "pass" | "fail";
            /** @description How long the check took. */
            latency_ms: number;
            /** @description Short name of the failure. */
            error?: string;
            /**
             * Format: date-time
             * @description When the report was made.
             */
            time: string;
        };
        /** @description What is running. */
        Version: {
            /** @description The commit that runs. */
            git_sha: string;
            /** @description The version in release.json of that commit. */
            version: string;
            /**
             * Format: date-time
             * @description When this replica started.
             */
            started_at: string;
            /** @description Which replica answered. */
            instance_id: string;
            /** @description Which environment the replica belongs to. */
            environment_id: string;
            /** @description Highest applied migration, read on this call; null when the database cannot be read. */
            schema_version: number | null;
            /** @description SHA-256 of the lockfile of that commit. */
            lockfile_sha256: string;
        };
        /**
         * @description What the value looks like, without the value: usable (present), not there, "", white space only, a placeholder, white space at an end, in quotes, with a byte order mark, a key of the test mode, or not of the form that it must have.
         * @enum {string}
         */
        VariableState: "present" | "missing" | "empty" | "blank" | "placeholder" | "padded" | "quoted" | "marked" | "test-key" | "invalid";
        /** @description What the service runs under beside its variables; nothing of it is a secret. */
        Settings: {
            /** @description Time zone of the process. */
            timezone: string;
            /** @description Locale of the process. */
            locale: string;
            /** @description Feature flags by name. */
            features: {
                [key: string]: "on" | "off";
            };
            /** @description Names of flags that this release does not know. */
            unknown: string[];
        };
        /** @description The required variables by name. */
        ConfigAttestation: {
            /** @description Key for the AI provider. */
            AI_API_KEY: components["schemas"]["VariableState"];
            /** @description Address of the AI provider. */
            AI_BASE_URL: components["schemas"]["VariableState"];
            /** @description Origins that may call with credentials. */
            ALLOWED_ORIGINS: components["schemas"]["VariableState"];
            /** @description Address of the database. */
            DATABASE_URL: components["schemas"]["VariableState"];
            /** @description Identity of the environment. */
            ENVIRONMENT_ID: components["schemas"]["VariableState"];
            /** @description Commit of the release. */
            GIT_SHA: components["schemas"]["VariableState"];
            /** @description Identity of the replica. */
            INSTANCE_ID: components["schemas"]["VariableState"];
            /** @description Folder of the checked-out release. */
            RELEASE_DIR: components["schemas"]["VariableState"];
            /** @description Key under which session tokens are hashed. */
            SESSION_SECRET: components["schemas"]["VariableState"];
            /** @description Folder for uploaded files. */
            UPLOAD_DIR: components["schemas"]["VariableState"];
            settings: components["schemas"]["Settings"];
        };
        /** @description A new account. */
        Registration: {
            /**
             * Format: email
             * @description Address; one account each.
             */
            email: string;
            /** @description At least twelve characters. */
            password: string;
            /** @description How the user is called, without U+0000. */
            name: string;
        };
        /** @description What a user logs in with. */
        Credentials: {
            /**
             * Format: email
             * @description Address of the account.
             */
            email: string;
            /** @description Its password. */
            password: string;
        };
        /** @description An account. */
        User: {
            /**
             * Format: uuid
             * @description Identifier.
             */
            id: string;
            /**
             * Format: email
             * @description Address in lower case.
             */
            email: string;
            /** @description How the user is called. */
            name: string;
            /**
             * Format: date-time
             * @description When the account was made.
             */
            created_at: string;
        };
        /** @description A started session. */
        Session: {
            /** @description Opaque token of 256 bits, base64url. */
            token: string;
            /**
             * @description How to send the token.
             * @constant
             */
            token_type: "Bearer";
            /**
             * Format: date-time
             * @description When the session ends by itself.
             */
            expires_at: string;
            /** @description The account of the session. */
            user: components["schemas"]["User"];
        };
        /** @description What is known of a stored file. */
        StoredFile: {
            /**
             * Format: uuid
             * @description Identifier.
             */
            id: string;
            /** @description Name that the user gave, without folders. */
            name: string;
            /**
             * @description Media type.
             * @enum {string}
             */
            content_type: "text/plain" | "text/markdown" | "application/pdf" | "image/png" | "image/jpeg";
            /** @description Size. */
            size_bytes: number;
            /** @description Digest of the bytes. */
            sha256: string;
            /**
             * Format: date-time
             * @description When it was stored.
             */
            created_at: string;
        };
        /** @description The files of one user. */
        FileList: {
            /** @description Files newest first. */
            items: components["schemas"]["StoredFile"][];
            /** @description How many files the user has. */
            total: number;
        };
        /** @description One job. */
        Job: {
            /** @description Number. */
            id: number;
            /** @description What the work is called. */
            title: string;
            /** @description Who offers it. */
            company: string;
            /** @description City. */
            location: string;
            /** @description Whether it can be done from elsewhere. */
            remote: boolean;
            /** @description Lower end of the yearly salary in euros. */
            salary_min_eur: number;
            /** @description What it asks for. */
            skills: string[];
            /** @description A sentence on it. */
            description: string;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            posted_at: string;
        };
        /** @description One page of a search. */
        JobPage: {
            /** @description The jobs of this page. */
            items: components["schemas"]["Job"][];
            /** @description Jobs that match in all. */
            total: number;
            /** @description Number of this page. */
            page: number;
            /** @description Jobs on one page. */
            per_page: number;
        };
        /** @description A message to the coach. */
        ChatMessage: {
            /** @description What the user asks. */
            message: string;
        };
        /** @description The reply of the coach. */
        ChatReply: {
            /** @description What the coach says. */
            reply: string;
            /** @description Which model said it. */
            model: string;
            /** @description What the reply cost. */
            usage: {
                /** @description Tokens of the question. */
                prompt_tokens: number;
                /** @description Tokens of the reply. */
                completion_tokens: number;
                /** @description Both. */
                total_tokens: number;
            };
        };
        /** @description Documents to order. */
        RerankRequest: {
            /** @description What the documents are compared with, without U+0000. */
            query: string;
            /** @description The documents. */
            documents: {
                /** @description The caller's name for it, without U+0000. */
                id: string;
                /** @description Its text. */
                text: string;
            }[];
        };
        /** @description The documents in order. */
        RerankResult: {
            /** @description Best first. */
            items: {
                /** @description The caller's name for it. */
                id: string;
                /** @description Place from 1. */
                rank: number;
                /** @description Cosine of the two embeddings. */
                score: number;
            }[];
            /** @description Which model embedded them. */
            model: string;
        };
        /** @description What one user did. */
        AnalyticsSummary: {
            /**
             * @description How far back it counts.
             * @constant
             */
            window_days: 30;
            /** @description Events in all. */
            total: number;
            /** @description Most frequent first. */
            kinds: {
                /**
                 * @description What was done.
                 * @enum {string}
                 */
                kind: "login" | "upload" | "chat" | "rerank";
                /** @description How often. */
                count: number;
            }[];
        };
    };
    responses: {
        /** @description The request is not what the contract says. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Bad request",
                 *       "status": 400,
                 *       "code": "invalid-request",
                 *       "detail": "querystring/page must be integer",
                 *       "request_id": "req-1",
                 *       "errors": [
                 *         {
                 *           "path": "/page",
                 *           "message": "must be integer"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no valid session, or the credentials are wrong. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not authenticated",
                 *       "status": 401,
                 *       "code": "not-authenticated",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource does not exist for the caller. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Job not found",
                 *       "status": 404,
                 *       "code": "job-not-found",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The e-mail address has an account already. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "E-mail address taken",
                 *       "status": 409,
                 *       "code": "email-taken",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than allowed. */
        PayloadTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Payload too large",
                 *       "status": 413,
                 *       "code": "payload-too-large",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The media type is not accepted here. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Unsupported media type",
                 *       "status": 415,
                 *       "code": "unsupported-media-type",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The client, or this service at its AI provider, asked too often. */
        TooManyRequests: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "code": "rate-limited",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something broke here; the request id finds it in the logs. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Internal error",
                 *       "status": 500,
                 *       "code": "internal-error",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The AI provider answered something unusable. */
        BadGateway: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "AI provider failed",
                 *       "status": 502,
                 *       "code": "provider-failed",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A dependency cannot be reached now. */
        ServiceUnavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Database unavailable",
                 *       "status": 503,
                 *       "code": "database-unavailable",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The AI provider did not answer in time. */
        GatewayTimeout: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "AI provider too slow",
                 *       "status": 504,
                 *       "code": "provider-timeout",
                 *       "request_id": "req-1"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The answer is never cached. */
        NoStore: "no-store";
        /** @description Seconds until another attempt makes sense. */
        RetryAfter: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every dependency answers. */
            200: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "status": "pass",
                     *       "checks": {
                     *         "database": {
                     *           "ok": true,
                     *           "latency_ms": 1.2
                     *         },
                     *         "schema": {
                     *           "ok": true,
                     *           "latency_ms": 1.1,
                     *           "expected": 4,
                     *           "actual": 4
                     *         },
                     *         "storage": {
                     *           "ok": true,
                     *           "latency_ms": 0.4
                     *         },
                     *         "provider": {
                     *           "ok": true,
                     *           "latency_ms": 3.5
                     *         }
                     *       },
                     *       "time": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            /** @description At least one dependency fails; the report names it. */
            503: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": false,
                     *       "status": "fail",
                     *       "checks": {
                     *         "database": {
                     *           "ok": false,
                     *           "latency_ms": 2000,
                     *           "error": "timeout"
                     *         },
                     *         "schema": {
                     *           "ok": false,
                     *           "latency_ms": 2000,
                     *           "expected": 4,
                     *           "actual": null,
                     *           "error": "timeout"
                     *         },
                     *         "storage": {
                     *           "ok": true,
                     *           "latency_ms": 0.4
                     *         },
                     *         "provider": {
                     *           "ok": true,
                     *           "latency_ms": 3.5
                     *         }
                     *       },
                     *       "time": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The identity of the replica that answered. */
            200: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "git_sha": "8f14e45fceea167a5a36dedd4bea2543d0a1b2c3",
                     *       "version": "1.4.0",
                     *       "started_at": "2026-11-01T09:59:00.000Z",
                     *       "instance_id": "replica-1",
                     *       "environment_id": "3b2c1d0e4f5a6b7c",
                     *       "schema_version": 4,
                     *       "lockfile_sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                     *     }
                     */
                    "application/json": components["schemas"]["Version"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One state for each required variable. */
            200: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "AI_API_KEY": "present",
                     *       "AI_BASE_URL": "present",
                     *       "ALLOWED_ORIGINS": "present",
                     *       "DATABASE_URL": "present",
                     *       "ENVIRONMENT_ID": "present",
                     *       "GIT_SHA": "present",
                     *       "INSTANCE_ID": "present",
                     *       "RELEASE_DIR": "present",
                     *       "SESSION_SECRET": "present",
                     *       "UPLOAD_DIR": "present",
                     *       "settings": {
                     *         "timezone": "UTC",
                     *         "locale": "en-US",
                     *         "features": {
                     *           "coach": "on"
                     *         },
                     *         "unknown": []
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ConfigAttestation"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics of the replica that answered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example http_requests_total{method="GET",route="/jobs",status="200"} 12 */
                    "text/plain": string;
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.org",
                 *       "password": "correct horse battery",
                 *       "name": "Ada"
                 *     }
                 */
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description The account exists. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0b9f2c1e-6d5a-4c3b-8e7f-1a2b3c4d5e6f",
                     *       "email": "ada@example.org",
                     *       "name": "Ada",
                     *       "created_at": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["BadRequest"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.org",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description A session started. */
            200: {
                headers: {
                    /** @description The session as an HttpOnly, Secure, SameSite=Lax cookie. */
                    "set-cookie": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "kJ7Zx0QmV3b8yN1tR5wE9uP2sD4fG6hL0aC7iO1qXyM",
                     *       "token_type": "Bearer",
                     *       "expires_at": "2026-11-02T10:00:00.000Z",
                     *       "user": {
                     *         "id": "0b9f2c1e-6d5a-4c3b-8e7f-1a2b3c4d5e6f",
                     *         "email": "ada@example.org",
                     *         "name": "Ada",
                     *         "created_at": "2026-11-01T10:00:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session is over and its cookie cleared. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account of the session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0b9f2c1e-6d5a-4c3b-8e7f-1a2b3c4d5e6f",
                     *       "email": "ada@example.org",
                     *       "name": "Ada",
                     *       "created_at": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account and all it owned are gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listFiles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files of this user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b",
                     *           "name": "cv.txt",
                     *           "content_type": "text/plain",
                     *           "size_bytes": 42,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "created_at": "2026-11-01T10:00:00.000Z"
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["FileList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    uploadFile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description The file with its name and media type. */
                    file: string;
                };
            };
        };
        responses: {
            /** @description The file is stored. */
            201: {
                headers: {
                    /** @description Where the file can be read. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b",
                     *       "name": "cv.txt",
                     *       "content_type": "text/plain",
                     *       "size_bytes": 42,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "created_at": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["StoredFile"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    readFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Identifier of the file.
                 * @example 5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes of the file. */
            200: {
                headers: {
                    /** @description Always an attachment, with the stored name. */
                    "content-disposition": string;
                    [name: string]: unknown;
                };
                content: {
                    /** @example Ten years of TypeScript. */
                    "text/plain": string;
                    /** @example # Ada */
                    "text/markdown": string;
                    "application/pdf": unknown;
                    "image/png": unknown;
                    "image/jpeg": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Identifier of the file.
                 * @example 5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    searchJobs: {
        parameters: {
            query?: {
                /**
                 * @description Text to look for, without regard to case.
                 * @example typescript
                 */
                query?: string;
                /**
                 * @description Number of the page.
                 * @example 1
                 */
                page?: number;
                /**
                 * @description Jobs on one page.
                 * @example 20
                 */
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of jobs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 1,
                     *           "title": "Backend Engineer",
                     *           "company": "Alder Works",
                     *           "location": "Berlin",
                     *           "remote": true,
                     *           "salary_min_eur": 62000,
                     *           "skills": [
                     *             "typescript",
                     *             "postgresql"
                     *           ],
                     *           "description": "Keeps the services of Alder Works fast and boring.",
                     *           "posted_at": "2026-10-01T08:00:00.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "page": 1,
                     *       "per_page": 20
                     *     }
                     */
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the job.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 1,
                     *       "title": "Backend Engineer",
                     *       "company": "Alder Works",
                     *       "location": "Berlin",
                     *       "remote": true,
                     *       "salary_min_eur": 62000,
                     *       "skills": [
                     *         "typescript",
                     *         "postgresql"
                     *       ],
                     *       "description": "Keeps the services of Alder Works fast and boring.",
                     *       "posted_at": "2026-10-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    chat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "message": "How do I prepare for an interview?"
                 *     }
                 */
                "application/json": components["schemas"]["ChatMessage"];
            };
        };
        responses: {
            /** @description The reply of the coach. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "reply": "You wrote 7 words: \"How do I prepare for an interview?\"",
                     *       "model": "mosaic-coach-1",
                     *       "usage": {
                     *         "prompt_tokens": 19,
                     *         "completion_tokens": 12,
                     *         "total_tokens": 31
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ChatReply"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    getRerankerHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reranker works. */
            200: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "status": "pass",
                     *       "latency_ms": 3.1,
                     *       "time": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["FeatureHealth"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            /** @description The provider does not embed. */
            503: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": false,
                     *       "status": "fail",
                     *       "latency_ms": 2.2,
                     *       "error": "provider-refused",
                     *       "time": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["FeatureHealth"];
                };
            };
        };
    };
    rerank: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "query": "typescript",
                 *       "documents": [
                 *         {
                 *           "id": "a",
                 *           "text": "a typescript job"
                 *         },
                 *         {
                 *           "id": "b",
                 *           "text": "a garden"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["RerankRequest"];
            };
        };
        responses: {
            /** @description The documents in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "a",
                     *           "rank": 1,
                     *           "score": 0.71
                     *         },
                     *         {
                     *           "id": "b",
                     *           "rank": 2,
                     *           "score": 0
                     *         }
                     *       ],
                     *       "model": "mosaic-embedding-1"
                     *     }
                     */
                    "application/json": components["schemas"]["RerankResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    getAnalyticsHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The table answers. */
            200: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "status": "pass",
                     *       "latency_ms": 0.9,
                     *       "time": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["FeatureHealth"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            /** @description The table does not answer. */
            503: {
                headers: {
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": false,
                     *       "status": "fail",
                     *       "latency_ms": 2.2,
                     *       "error": "unavailable",
                     *       "time": "2026-11-01T10:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["FeatureHealth"];
                };
            };
        };
    };
    getAnalyticsSummary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "window_days": 30,
                     *       "total": 3,
                     *       "kinds": [
                     *         {
                     *           "kind": "login",
                     *           "count": 2
                     *         },
                     *         {
                     *           "kind": "chat",
                     *           "count": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AnalyticsSummary"];
                };
            };
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
