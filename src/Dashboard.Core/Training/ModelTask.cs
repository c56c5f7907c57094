namespace Dashboard.Core.Training;

public enum ModelTask { BinaryClassification, MulticlassClassification, Regression }
