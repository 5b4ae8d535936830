/** What a port answers: at once, or later where what it asks runs on another thread. Whoever asks awaits it. */
export type Answer<T> = T | Promise<T>;
