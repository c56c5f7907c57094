using System.Text;

namespace Dashboard.Storage.Tests.Registry;

/// <summary>A model file as XGBoost writes it, small enough to compute by hand: one tree that asks whether x is below 3.</summary>
internal static class TinyModel
{
    /// <param name="names">JSON array of feature names; empty: the file has none.</param>
    /// <param name="types">JSON array of feature types.</param>
    public static byte[] Json(double below = -1, string names = "[\"x\",\"colour\"]", string types = "[\"float\",\"c\"]", string objective = "binary:logistic") => Encoding.UTF8.GetBytes($$"""
        {"version":[1,7,4],"learner":{"attributes":{},"feature_names":{{names}},"feature_types":{{types}},
         "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
         "objective":{"name":"{{objective}}"},
         "gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"2"},"tree_info":[0,0],"trees":[
          {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[0,0,0],"split_conditions":[3.0,{{below}},1.0],"default_left":[1,0,0],"split_type":[0,0,0],
           "categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"tree_param":{"num_nodes":"3","size_leaf_vector":"0"} },
          {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[1,0,0],"split_conditions":[0.0,-0.5,0.5],"default_left":[0,0,0],"split_type":[1,0,0],
           "categories":[1,4],"categories_nodes":[0],"categories_segments":[0],"categories_sizes":[2],"tree_param":{"num_nodes":"3","size_leaf_vector":"0"} }] } } } }
        """);

    /// <summary>A sample with both features, a label that is not a feature, a missing value and a code that no split names.</summary>
    public const string Sample = "x,colour,label\n1,0,0\n2,1,1\n,4,0\n5,6,1\n2.5,2,0\n4,1,1\n";
}
