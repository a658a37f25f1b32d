/** Who is signed in, since when and where. Holds no token: nothing made from it can leak one. */
export interface SignedIn {
  user: {
    id: string;
    name: string;
    email: string;
    emailVerified: boolean;
    image: string | null;
    /** What they may do for others: `admin`, `support`. */
    roles: readonly string[];
    createdAt: Date;
    updatedAt: Date;
  };
  session: {
    id: string;
    expiresAt: Date;
    createdAt: Date;
    updatedAt: Date;
    ipAddress: string | null;
    userAgent: string | null;
    /** How many factors were proved for it: 1, or 2. */
    factors: number;
    /** How each was proved: `password`, `totp`. */
    methods: readonly string[];
  };
}
