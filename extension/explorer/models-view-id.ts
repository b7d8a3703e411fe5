// The id of the view "Models" in package.json.

/** For `viewId` and `<id>.focus`. */
export const modelsViewId = 'perch.models';
