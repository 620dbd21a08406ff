import type { MessageBarCommand, MessageBarTraits } from "../contract";
import { defineWidget } from "../shared/widget";

// The message line that every widget has is all that this one shows.
export default defineWidget<MessageBarTraits, MessageBarCommand>("message-bar", "", () => undefined);
