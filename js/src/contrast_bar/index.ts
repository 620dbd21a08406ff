import type { ContrastBarCommand, ContrastBarTraits } from "../contract";
import { defineWidget } from "../shared/widget";
import { ContrastPane } from "./pane";
import css from "./contrast_bar.css";

export default defineWidget<ContrastBarTraits, ContrastBarCommand>("contrast-bar", css, (view) => {
  new ContrastPane(view).start();
});
